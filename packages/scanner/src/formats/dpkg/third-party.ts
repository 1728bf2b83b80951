import maintainers from './maintainers.json' with { type: 'json' };

/** Whether a package comes from a vendor's own repository, by its maintainer: the distribution tells nothing of it. */
export function isThirdParty(maintainer: string): boolean {
  return (
    maintainers.equal.includes(maintainer) || maintainers.contains.some((part) => maintainer.includes(part))
  );
}
