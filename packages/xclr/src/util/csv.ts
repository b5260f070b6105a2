// CSV that spreadsheets may open: a cell that begins like a formula would be run there.
import Papa from 'papaparse';

/** Beginnings that Excel, LibreOffice and Google Sheets take for a formula (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;
const escaped = /^'[=+\-@\t\r]/;

type CsvValue = string | number;

/**
 * Rows with a header, as CSV. Text that begins like a formula gets an apostrophe in front, which spreadsheets do not
 * show; numbers, negative ones too, stay as they are.
 */
export function csvText(rows: readonly Readonly<Record<string, CsvValue>>[]): string {
  const safe = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' && formula.test(value) ? `'${value}` : value,
      ]),
    ),
  );
  return `${Papa.unparse(safe, { newline: '\n' })}\n`;
}

/** A cell as it was before `csvText`, or another program that escapes so, wrote it. */
export function unescapedCell(text: string): string {
  return text.charCodeAt(0) === 0x27 && escaped.test(text) ? text.slice(1) : text;
}
