import { type EventInfo, eventId } from '../event-table.ts';
import { tooLongPath } from '../lib/path.ts';
import { isPathOpen, pathLocations } from '../lib/path-params.ts';
import { and, atomFormula, type Formula, or, type PathForm, rangeFormula } from './formula.ts';
import { inDirectoryPattern, languageOf, textPattern } from './pattern.ts';
import type { FieldCheck } from './push-event.ts';
import {
  constant,
  type LanguageMaker,
  notPushed,
  numbersOf,
  orAbsent,
  plainLanguage,
  type Pushdown,
  pushText,
} from './pushed.ts';
import { complementRanges, type Ranges } from './ranges.ts';

type Push = (check: FieldCheck, info: EventInfo) => Pushdown;

/** A call that opens files: where its path is, and whether the working directory can make the name too long. */
interface OpenedPath {
  readonly param: number;
  readonly rawForm: PathForm;
  readonly fromCwd: boolean;
  /** What `fd.typechar` says of a call that failed. */
  readonly failedLetter: string;
}

const opened: ReadonlyMap<number, OpenedPath> = new Map(
  Object.entries({
    OPEN_X: { param: 1, rawForm: 'normal', fromCwd: true, failedLetter: 'o' },
    CREAT_X: { param: 1, rawForm: 'normal', fromCwd: true, failedLetter: 'f' },
    OPENAT_2_X: { param: 2, rawForm: 'rawOneSlash', fromCwd: false, failedLetter: 'f' },
    OPENAT2_X: { param: 2, rawForm: 'rawOneSlash', fromCwd: false, failedLetter: 'f' },
    OPEN_BY_HANDLE_AT_X: { param: 3, rawForm: 'normal', fromCwd: true, failedLetter: 'o' },
  } satisfies Record<string, OpenedPath>).map(([code, path]) => [eventId(`SYSCALL_${code}`), path]),
);

const connect = eventId('SOCKET_CONNECT_X');
const portFields = new Set(['fd.port', 'fd.cport', 'fd.sport', 'fd.lport', 'fd.rport']);

/** How checks of descriptors are decided, by the field's name; those that are not here read the descriptor table. */
const openPushes: Readonly<Record<string, (check: FieldCheck, path: OpenedPath) => Pushdown>> = {
  'fd.name': (check, path) => pushOpened(check, path, 'normal', plainLanguage),
  'fd.nameraw': (check, path) => pushOpened(check, path, path.rawForm, plainLanguage),
  'fd.directory': (check, path) =>
    check.test('/') ? notPushed('descriptor') : pushOpened(check, path, 'normal', directoryLanguage),
  'fd.filename': (check, path) =>
    check.test('/') ? notPushed('descriptor') : pushOpened(check, path, 'normal', filenameLanguage),
  'fd.num': pushNumberOfNew,
  'fd.type': (check) => ({ may: check.test('file') || check.test('directory'), mayNot: true }),
  'fd.typechar': (check, { failedLetter }) => ({
    may: ['f', 'd', failedLetter].some((letter) => check.test(letter)),
    mayNot: true,
  }),
};

export function pushDescriptor(check: FieldCheck, info: EventInfo): Pushdown {
  if (!info.usesFd && !info.createsFd && !info.destroysFd) {
    return constant(check, null);
  }
  const { name } = check.left.field;
  const path = opened.get(info.id);
  const push = Object.hasOwn(openPushes, name) ? openPushes[name] : undefined;
  if (path !== undefined && push !== undefined) {
    return push(check, path);
  }
  return info.id === connect && portFields.has(name) ? pushPorts(check) : notPushed('descriptor');
}

// Too long a path has a name of its own; how long it is may depend on the working directory.
function pushOpened(
  check: FieldCheck,
  { param, fromCwd }: OpenedPath,
  form: PathForm,
  language: LanguageMaker,
): Pushdown {
  const pushed = pushText(check, param, form, language);
  if (!('may' in pushed)) {
    return pushed;
  }
  return fromCwd && canBeTooLong(check) ? { may: true, mayNot: true } : orAbsent(pushed);
}

function canBeTooLong({ left, test }: FieldCheck): boolean {
  const slash = tooLongPath.lastIndexOf('/');
  switch (left.field.name) {
    case 'fd.directory':
      return test(tooLongPath.slice(0, slash));
    case 'fd.filename':
      return test(tooLongPath.slice(slash + 1));
    default:
      return test(tooLongPath);
  }
}

// A directory that is opened as one is called by its whole name.
const directoryLanguage: LanguageMaker = (operator, literal) => {
  switch (operator) {
    case '=':
    case 'in':
    case 'intersects': {
      const itself = textPattern(literal, { before: false, after: false });
      return { language: languageOf([itself, inDirectoryPattern(literal)]), exact: false };
    }
    case 'startswith':
      return within(literal, false, false);
    case 'endswith':
    case 'contains':
    case 'icontains':
      return within(literal, true, operator === 'icontains');
    default:
      return null;
  }
};

const filenameLanguage: LanguageMaker = (operator, literal) => {
  switch (operator) {
    case '=':
    case 'in':
    case 'intersects':
    case 'endswith':
      return {
        language: languageOf([textPattern(literal, { before: true, after: false })]),
        exact: false,
      };
    case 'startswith':
    case 'contains':
    case 'icontains':
      return within(literal, true, operator === 'icontains');
    default:
      return null;
  }
};

function within(literal: string, before: boolean, fold: boolean): ReturnType<LanguageMaker> {
  return { language: languageOf([textPattern(literal, { before, after: true }, fold)]), exact: false };
}

/** A new descriptor's number is the call's result; without one it reads -1, most often because the call failed. */
function pushNumberOfNew(check: FieldCheck): Pushdown {
  const ranges = numbersOf(check);
  return ranges === null
    ? notPushed('operator')
    : { may: check.test(-1) || rangeFormula(0, ranges), mayNot: true };
}

function pushPorts(check: FieldCheck): Pushdown {
  const ranges = numbersOf(check);
  return ranges === null
    ? notPushed('operator')
    : { may: atomFormula({ kind: 'ports', tuple: 1, address: 3, ranges }), mayNot: true };
}

const locations = {
  name: pathLocations('path'),
  source: pathLocations('source'),
  target: pathLocations('target'),
};

/** How checks of `fs.path` fields are decided: they have values for calls that succeeded. */
export const pushFilePath: Push = (check, info) => {
  const suffix = check.left.field.name.slice('fs.path.'.length);
  const isRaw = suffix.endsWith('raw');
  const role = (isRaw ? suffix.slice(0, -3) : suffix) as keyof typeof locations;
  const location = locations[role].get(info.id);
  if (location === undefined) {
    return constant(check, null);
  }
  if (location === 'fd') {
    return notPushed('descriptor');
  }
  const pushed = pushText(check, location, isRaw ? 'raw' : 'normal');
  return 'may' in pushed ? ifSucceeded(pushed.may, isRaw ? pushed.mayNot : true, info) : pushed;
};

function ifSucceeded(may: Formula, mayNot: Formula, { id }: EventInfo): Pushdown {
  const failed: Ranges = [[-1, -1]];
  const success: Ranges = isPathOpen(id) ? complementRanges(failed) : [[0, 0]];
  return {
    may: and(rangeFormula(0, success), may),
    mayNot: or(rangeFormula(0, complementRanges(success)), mayNot),
  };
}
