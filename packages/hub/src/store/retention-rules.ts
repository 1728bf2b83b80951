/** An image that no scan has found for so long is gone: scans are daily, and not all of them succeed. */
export const goneImageMs: number = 7 * 86_400_000;

/** The audit log is kept longer than all else, whatever retention says, but not without an end. */
export const auditKept = { ageMs: 365 * 86_400_000, entries: 500_000 } as const;
