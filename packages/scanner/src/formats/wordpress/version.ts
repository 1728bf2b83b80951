import { AppError } from '@lanner/core';
import type { Package } from '../../model/index.ts';

/** The version in WordPress's `wp-includes/version.php`. Commented lines do not count. */
export function wordpressPackage(php: string): Package {
  const code = php.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)/g, '').replaceAll(/^[ \t]*(?:\/\/|#).*$/gm, '');
  const version = /^[ \t]*\$wp_version[ \t]*=[ \t]*(["'])([^"'\n]+)\1[ \t]*;/m.exec(code)?.[2];
  if (version === undefined) {
    throw new AppError('artifact.parse', 'The version of WordPress is not in this file');
  }
  return { name: 'wordpress', version };
}
