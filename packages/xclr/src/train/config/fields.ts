// Building blocks of the settings' schema: numbers with their ranges, names with their choices.
import { z } from 'zod';

/** A number above zero. */
export const positive = () => z.number().gt(0);

/** A number from 0. */
export const notNegative = () => z.number().min(0);

/** A fraction: 0 to 1, both included. */
export const fraction = () => z.number().min(0).max(1);

/** A whole number from `least` (to `most`). */
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) => z.int().min(least).max(most);

/** Text with at least one character that shows. */
export const text = () => z.string().trim().min(1);

/** Which samples: { split: train, style: [noto, twemoji] }. */
export const filter = () => z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]));

/** A number, or `auto` to have it chosen. */
export const orAuto = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.literal('auto')]);

/** A section that may be left out as a whole: each of its keys then takes its own default. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape);
}
