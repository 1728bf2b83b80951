/** Modules that load much of their own, of which many starts call nothing. */
const slowBuiltins = ['node:crypto', 'node:zlib', 'node:fs/promises', 'node:v8'];

/**
 * Takes from built-in modules only what is used, and from slow ones when it is called. An import would read every export of
 * theirs first: some of node:http and node:crypto load what takes 30 ms, a quarter of a scan of known layers.
 */
export function lazyBuiltins(code: string): string {
  return code.replace(
    /^import(?: ?(\w[\w$]*|\* ?as ?[\w$]+))?,? ?(?:\{([^}]*)\} ?)?from ?"(node:[\w/]+)";/gm,
    (_, whole: string | undefined, members: string | undefined, id: string) => {
      const module = `process.getBuiltinModule("${id}")`;
      const named = (members ?? '').split(',').map((member) => member.trim().split(' as '));
      const [later, now] = [true, false].map((isLater) =>
        named.filter(([name = '']) => name !== '' && isCalledLater(id, name) === isLater),
      );
      const declared = [
        ...(whole === undefined ? [] : [`${whole.replace(/^\* ?as ?/, '')}=${module}`]),
        ...(now?.length ? [`{${now.map((names) => names.join(':')).join(',')}}=${module}`] : []),
        ...(later ?? []).map(([name = '', local = name]) => `${local}=(...a)=>${module}.${name}(...a)`),
      ];
      return declared.length === 0 ? '' : `const ${declared.join(',')};`;
    },
  );
}

/** Whether a member is a function, so that its module can be loaded by the first call of it. */
function isCalledLater(id: string, name: string): boolean {
  const members = slowBuiltins.includes(id) ? process.getBuiltinModule(id) : undefined;
  return (
    /^[a-z]/.test(name) && typeof (members as Record<string, unknown> | undefined)?.[name] === 'function'
  );
}
