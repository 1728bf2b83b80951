import maintainers from './maintainers.json' with { type: 'json' };

/** Whether a package comes from a vendor's own repository, by its maintainer: the distribution tells nothing of it. */
export function isThirdParty(maintainer: string): boolean {
  const name = maintainer.trim();
  return maintainers.some((vendor) => {
    const next = name.charAt(vendor.length);
    return name.startsWith(vendor) && (next === '' || next === ' ' || next === ',');
  });
}
