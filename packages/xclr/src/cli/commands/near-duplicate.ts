// What search --duplicates takes for one image.

/** Images above this cosine are nearly always one image saved twice. */
export const nearDuplicate = 0.98;
