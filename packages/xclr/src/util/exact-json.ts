// JSON whose integers keep every digit: ids beyond 2^53 would be rounded, and two of them become one.

/** An integer of 16 digits or more that is no part of a longer number. */
const longInteger = /(?<![\d.])\d{16,}(?![\d.eE])/;

/** Strings are matched so that digits inside them are left alone. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * What JSON.parse gives, but integers that a number cannot hold exactly come as texts of their digits. Node 20's
 * JSON.parse does not show the source of a number, so a text that may hold such integers is parsed a second time.
 * @throws SyntaxError where the text is not JSON
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!longInteger.test(text)) return value;
  const exact = text.replace(token, (found) =>
    /^-?\d+$/.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found,
  );
  return JSON.parse(exact);
}
