// What kernel 6.1 asks of BPF programs and newer kernels do not, found in an object without that kernel: the stack of
// nested functions (`check_max_stack_depth`), and loops that only a jump goes round (`check_cfg`).

import { functionsOf, type Instruction } from './functions.ts';

/** What one program has on its stack at most. */
export interface StackUse {
  readonly program: string;
  /** Each frame as the kernel rounds it. */
  readonly bytes: number;
  /** Names and bytes, from the program to the deepest function. */
  readonly frames: readonly (readonly [name: string, bytes: number])[];
}

const codes = { call: 0x85, exit: 0x95, move: 0xbf, add: 0x07, jump: 0x05 } as const;
const classes = { load: 1, store: 2, storeRegister: 3, jump: 5, jump32: 6 } as const;
const framePointer = 10;
const smallestFrame = 32;

/** The deepest stack of each program. Throws where a use of the stack cannot be told. */
export function stackUses(object: Buffer): StackUse[] {
  const functions = functionsOf(object);
  const known = new Map<string, StackUse['frames']>();
  const deepest = (name: string): StackUse['frames'] => {
    const before = known.get(name);
    if (before !== undefined) {
      return before;
    }
    const { body = [], callees = [] } = functions.find((one) => one.name === name) ?? {};
    const own = smallestFrame * Math.max(1, Math.ceil(frameBytes(body, name) / smallestFrame));
    let below: StackUse['frames'] = [];
    for (const frames of callees.map(deepest)) {
      below = bytesOf(frames) > bytesOf(below) ? frames : below;
    }
    known.set(name, [[name, own], ...below]);
    return [[name, own], ...below];
  };
  return functions
    .filter(({ isProgram }) => isProgram)
    .map(({ name }) => ({ program: name, bytes: bytesOf(deepest(name)), frames: deepest(name) }));
}

function bytesOf(frames: StackUse['frames']): number {
  let sum = 0;
  for (const [, bytes] of frames) {
    sum += bytes;
  }
  return sum;
}

/** How far below its frame pointer a function goes. */
export function frameBytes(body: readonly Instruction[], name: string): number {
  let depth = 0;
  for (const [at, { code, to, from, offset }] of body.entries()) {
    const kind = code & 7;
    const isStore = kind === classes.store || kind === classes.storeRegister;
    if ((kind === classes.load && from === framePointer) || (isStore && to === framePointer)) {
      depth = Math.max(depth, -offset);
    } else if (code === codes.move && from === framePointer) {
      const next = body.slice(at + 1).find((one) => one.to === to);
      if (next?.code !== codes.add || next.immediate >= 0) {
        throw new Error(`${name} uses its frame pointer in a way that is not understood, at ${at}`);
      }
      depth = Math.max(depth, -next.immediate);
    }
  }
  return depth;
}

/** Instructions that go on to where a loop is entered in the middle of a turn, as the kernel's search comes upon them. */
export function loopsEnteredInside(object: Buffer): string[] {
  return functionsOf(object).flatMap(({ name, body }) => fallsIntoLoop(body).map((at) => `${name} at ${at}`));
}

/** The search takes what follows before what is jumped to, and lets only jumps lead back to what is still open. */
export function fallsIntoLoop(body: readonly Instruction[]): number[] {
  const found: number[] = [];
  const isOpen = new Map([[0, true]]);
  const path = [{ at: 0, next: following(body, 0) }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const to = top.next.shift();
    if (to === undefined) {
      isOpen.set(top.at, false);
      path.pop();
    } else if (!isOpen.has(to)) {
      isOpen.set(to, true);
      path.push({ at: to, next: following(body, to) });
    } else if (isOpen.get(to) === true && !isJump(body[top.at])) {
      found.push(top.at);
    }
  }
  return found;
}

function isJump(instruction: Instruction | undefined): boolean {
  const code = instruction?.code ?? 0;
  const kind = code & 7;
  return (kind === classes.jump || kind === classes.jump32) && code !== codes.call && code !== codes.exit;
}

function following(body: readonly Instruction[], at: number): number[] {
  const { code, offset } = body[at] as Instruction;
  if (code === codes.exit) {
    return [];
  }
  const jumps = isJump(body[at]) ? [at + 1 + offset] : [];
  return code === codes.jump ? jumps : [at + 1, ...jumps];
}
