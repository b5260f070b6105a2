// The version of the metrics' definitions: values of different versions must not stand in one table.

/**
 * Raised whenever a metric's value can change for the same features, data and task, or features for the same weights and images.
 *
 * 1: until November 2026. Features were centered by the training images that some task looked at, else by all images; the run's
 *    precision and device were obeyed; the linear probe chose C on one part of its gallery.
 * 2: features are centered by a fixed sample of the training part; evaluation is in float32 unless it is asked otherwise; the
 *    linear probe chooses C by cross-validation.
 */
export const definitionsVersion = 2;
