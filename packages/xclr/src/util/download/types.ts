// What is known of a file before it is downloaded.

/** A checksum as somebody published it. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha256';
  readonly hex: string;
  /** Who published it: the authors, or a library that checks its own downloads against it. */
  readonly source: string;
}

/** One file to download. */
export interface DownloadableFile {
  readonly url: string;
  /** Length in bytes as published; null where nobody says. */
  readonly bytes: number | null;
  /** Null where none is published: the file is then only known to be complete. */
  readonly checksum: Checksum | null;
}
