// The cosine from which search --duplicates treats two images as duplicates.

/** Images above this cosine are nearly always one image saved twice. */
export const nearDuplicate = 0.98;
