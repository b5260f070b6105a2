// Names that --data-format takes: one for each kind of source (sources.ts, where a test compares them).

export const formatNames = [
  'packed',
  'flickr',
  'table',
  'parquet',
  'webdataset',
  'coco',
  'idx',
  'cifar',
  'imagenet',
  'texts',
  'class-folders',
  'split-folders',
] as const;
