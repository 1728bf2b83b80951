export { dependencyId } from './dependency-id.ts';
export { imagePackageUrl, packageUrlOf } from './of-package.ts';
export {
  matchesPackageUrl,
  packageUrl,
  type PackageUrl,
  parsePackageUrl,
  printPackageUrl,
} from './package-url.ts';
export { applicationTypeOf, isOsPurlType, purlTypeOf } from './purl-types.ts';
export { packageOfUrl } from './to-package.ts';
