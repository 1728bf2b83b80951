const builtFrom = 'built package from: ';
const inFile = 'package found in: ';

/** The source information of a package. */
export function sourceInfo(parts: {
  readonly srcName?: string | undefined;
  readonly srcVersion?: string | undefined;
  readonly srcFile?: string | undefined;
}): string | undefined {
  if (parts.srcName !== undefined) {
    return `${builtFrom}${parts.srcName}${parts.srcVersion === undefined ? '' : ` ${parts.srcVersion}`}`;
  }
  return parts.srcFile === undefined ? undefined : `${inFile}${parts.srcFile}`;
}

/** The source package that a source information names. */
export function sourcePackage(
  text: string | undefined,
): { readonly name: string; readonly version?: string } | undefined {
  if (text?.startsWith(builtFrom) !== true) {
    return undefined;
  }
  const [name = '', version] = text.slice(builtFrom.length).trim().split(' ', 2);
  return { name, ...(version === undefined ? {} : { version }) };
}

/** The file that a source information names. */
export function foundIn(text: string | undefined): string | undefined {
  return text?.startsWith(inFile) === true ? text.slice(inFile.length) : undefined;
}
