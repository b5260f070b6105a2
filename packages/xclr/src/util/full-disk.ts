// What a full disk, a used-up quota and a file beyond its limit are called.

const codes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Whether an error says that there is no room to write. */
export function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && codes.has(String(error.code));
}
