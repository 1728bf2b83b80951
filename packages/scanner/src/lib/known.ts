type Loose<T> = { readonly [K in keyof T]: T[K] | undefined | null };

/** A value with only what is known: members that are undefined, null, empty texts or empty lists are left out. */
export function known<T extends object>(value: Loose<T>): T {
  const members = Object.entries(value).filter(([, member]) => !isNothing(member));
  // What is left has a value, and what T requires is given by the caller.
  return Object.fromEntries(members) as T;
}

function isNothing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
