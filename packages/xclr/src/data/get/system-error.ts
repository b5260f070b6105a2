// Telling the disk's errors (full, not allowed) from an archive's.

/** True for ENOSPC, EACCES and their kind; false for zlib's and the streams' own codes. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^E(?!RR_)[A-Z]+$/.test(String(error.code));
}
