// Which files are images by their names, which of those can be read, and what lies beside images without being data.
import { extname } from 'node:path';

/** Extensions of images that are read. */
export const imageExtensions = [
  '.jpg',
  '.jpeg',
  '.jfif',
  '.jpe',
  '.png',
  '.webp',
  '.gif',
  '.avif',
  '.tif',
  '.tiff',
  '.svg',
  '.ppm',
  '.pgm',
  '.pnm',
];

/** Images that nobody here decodes: counted and listed where they lie among the data, never passed over in silence. */
const unreadable: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.bmp': 'BMP',
    '.dib': 'BMP',
    '.heic': 'HEIC',
    '.heif': 'HEIC',
    '.jp2': 'JPEG 2000',
    '.j2k': 'JPEG 2000',
    '.jxl': 'JPEG XL',
    '.ico': 'icon',
    '.psd': 'Photoshop',
    '.tga': 'TGA',
    '.exr': 'OpenEXR',
    '.hdr': 'Radiance',
    '.dng': 'camera raw',
    '.cr2': 'camera raw',
    '.nef': 'camera raw',
    '.arw': 'camera raw',
    '.dcm': 'DICOM',
  }),
);

/** True for a file that is an image by its name, and of a kind that is read. */
export function isImage(name: string): boolean {
  return imageExtensions.includes(extname(name).toLowerCase());
}

/** Why an image of this name is not read, or undefined where it is read or is no image. */
export function whyUnreadable(name: string): string | undefined {
  const kind = unreadable.get(extname(name).toLowerCase());
  return kind === undefined ? undefined : `${kind} images are not read: convert it to PNG or JPEG`;
}

const systemFiles = new Set(['Thumbs.db', 'desktop.ini', 'Icon\r']);

/** Folders that systems and tools make beside images: thumbnails, leftovers of archives, waste bins. */
const systemFolders = new Set([
  '@eadir',
  '__macosx',
  '#recycle',
  '@recycle',
  '@recently-snapshot',
  '$recycle.bin',
  'system volume information',
  'lost+found',
]);

/** True for folders that hold no data of their own, and for hidden ones. */
export function isSystemFolder(name: string): boolean {
  return name.startsWith('.') || systemFolders.has(name.toLowerCase());
}

/** What comes along with images to be read by people: LICENSE, README.md, NOTICE.txt. Never an image that is broken. */
const documents =
  /^(licen[cs]e|readme|notice|copying|copyright|credits|authors|attribution|citation|changelog|requirements)([._-].*)?$/i;

/** True for files that are no data and no fault: hidden ones, the system's, and documents that are no images by name. */
export function belongsAside(name: string): boolean {
  return name.startsWith('.') || systemFiles.has(name) || (documents.test(name) && !isImage(name));
}
