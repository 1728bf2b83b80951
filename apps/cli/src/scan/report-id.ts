/** A UUID of version 7: the time in its first half, digits of one that was drawn in its second. */
export function reportId(now: Date, drawn: string): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${drawn.slice(15, 18)}-${drawn.slice(19)}`;
}
