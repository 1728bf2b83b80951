/** The id of a package within its application, in the form of its type of application. */
export function dependencyId(applicationType: string, name: string, version: string): string {
  if (version === '') {
    return name;
  }
  switch (applicationType) {
    case 'conan':
    case 'dotnet-core':
      return `${name}/${version}`;
    case 'gomod':
    case 'gobinary':
      return `${name}@${version.startsWith('v') ? '' : 'v'}${version}`;
    case 'jar':
    case 'pom':
    case 'gradle':
    case 'sbt':
      return `${name}:${version}`;
    default:
      return `${name}@${version}`;
  }
}
