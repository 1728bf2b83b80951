import { objectOf, stringOf, textsOf } from '../../lib/json.ts';
import { parseToml } from '../../lib/structured-text.ts';
import { normalizePythonName, requirementName } from './names.ts';

/** What pyproject.toml says of a project; names are normalised. */
export interface PythonProject {
  readonly name: string;
  readonly version: string;
  /** For running, those of extras included. */
  readonly main: ReadonlySet<string>;
  /** For development: groups of Poetry and of the standard. */
  readonly groups: ReadonlySet<string>;
}

/** Both the standard form and that of Poetry. Throws AppError 'artifact.parse'. */
export function parsePyproject(text: string): PythonProject {
  const top = parseToml(text);
  const project = objectOf(top['project']);
  const poetry = objectOf(objectOf(top['tool'])['poetry']);
  const extras = Object.values(objectOf(project['optional-dependencies']));
  const poetryGroups = Object.values(objectOf(poetry['group'])).map(
    (group) => objectOf(group)['dependencies'],
  );
  return {
    name: stringOf(project['name']) || stringOf(poetry['name']),
    version: stringOf(project['version']) || stringOf(poetry['version']),
    main: new Set([
      ...textsOf(project['dependencies']).map(requirementName),
      ...extras.flatMap(textsOf).map(requirementName),
      ...tableNames(poetry['dependencies']),
    ]),
    groups: new Set([
      ...tableNames(poetry['dev-dependencies']),
      ...poetryGroups.flatMap(tableNames),
      ...Object.values(objectOf(top['dependency-groups'])).flatMap(textsOf).map(requirementName),
    ]),
  };
}

function tableNames(table: unknown): string[] {
  return Object.keys(objectOf(table)).map(normalizePythonName);
}
