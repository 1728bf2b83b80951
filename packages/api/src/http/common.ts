import { z } from 'zod';
import { momentMs } from '../moment.ts';

/** No query, or no body. */
export const Nothing = z.strictObject({});

export const Done = z.strictObject({ ok: z.literal(true) });

/** What an error looks like. */
export const Problem = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('One of the codes of the error reference.'),
    message: z.string(),
    hint: z.string().optional().describe('What to do about it.'),
  }),
});

/** One or several values in a query: repeated, or separated by commas. */
export const Values = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : value.split(',')).filter((item) => item !== ''));

/** One or several texts in a query: repeated; commas are part of them. */
export function textsOf(
  longest: number,
): z.ZodPipe<
  z.ZodUnion<readonly [z.ZodString, z.ZodArray<z.ZodString>]>,
  z.ZodTransform<string[], string | string[]>
> {
  const text = z.string().max(longest);
  return z
    .union([text, z.array(text)])
    .transform((value) => (Array.isArray(value) ? value : [value]).filter((item) => item !== ''));
}

export const Flag = z.enum(['true', 'false']).transform((value) => value === 'true');

export function limitOf(most: number, usual: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

export const Moment = z
  .string()
  .max(40)
  .refine(
    (text) => momentMs(text, 0) !== null,
    'is no moment: write 2026-01-31T12:00:00Z, milliseconds, or 24h',
  )
  .describe('RFC 3339, milliseconds since the epoch, or how long ago, such as 24h.');
