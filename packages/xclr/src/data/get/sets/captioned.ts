// Sets of photographs with captions: what X-CLR is for.

import type { PublicSet } from '../types.js';
import { sha256 } from './checksums.js';

export const captionedSets: readonly PublicSet[] = [
  {
    name: 'coco-captions',
    title: 'COCO captions, val2017',
    about: 'everyday scenes, five captions each: the validation part',
    images: 5000,
    license: {
      terms:
        "CC BY 4.0 for the captions; the photographs under Flickr's terms, each with a license of its own",
      url: 'https://cocodataset.org/#termsofuse',
    },
    citation: 'Chen et al.: Microsoft COCO Captions. arXiv 1504.00325, 2015',
    files: [
      {
        url: 'http://images.cocodataset.org/annotations/annotations_trainval2017.zip',
        bytes: 252_907_541,
        checksum: sha256('113a836d90195ee1f884e704da6304dfaaecff1f023f49b6ca93c4aaae470268'),
        unpack: 'zip',
      },
      {
        url: 'http://images.cocodataset.org/zips/val2017.zip',
        bytes: 815_585_330,
        checksum: sha256('4f7e2ccb2866ec5041993c9cf2a952bbed69647b115d0f74da7ce8f4bef82f05'),
        unpack: 'zip',
      },
    ],
    open: 'annotations/captions_val2017.json',
  },
  {
    name: 'coco-captions-train',
    title: 'COCO captions, train2017 and val2017',
    about: 'everyday scenes, five captions each: all with captions',
    images: 123_287,
    license: {
      terms:
        "CC BY 4.0 for the captions; the photographs under Flickr's terms, each with a license of its own",
      url: 'https://cocodataset.org/#termsofuse',
    },
    citation: 'Chen et al.: Microsoft COCO Captions. arXiv 1504.00325, 2015',
    files: [
      {
        url: 'http://images.cocodataset.org/annotations/annotations_trainval2017.zip',
        bytes: 252_907_541,
        checksum: sha256('113a836d90195ee1f884e704da6304dfaaecff1f023f49b6ca93c4aaae470268'),
        unpack: 'zip',
      },
      {
        url: 'http://images.cocodataset.org/zips/train2017.zip',
        bytes: 19_336_861_798,
        checksum: sha256('69a8bb58ea5f8f99d24875f21416de2e9ded3178e903f1f7603e283b9e06d929'),
        unpack: 'zip',
      },
      {
        url: 'http://images.cocodataset.org/zips/val2017.zip',
        bytes: 815_585_330,
        checksum: sha256('4f7e2ccb2866ec5041993c9cf2a952bbed69647b115d0f74da7ce8f4bef82f05'),
        unpack: 'zip',
      },
    ],
    open: 'annotations/captions_train2017.json',
  },
  {
    name: 'flickr8k',
    title: 'Flickr8k',
    about: 'people and animals doing things, five captions each',
    images: 8091,
    license: {
      terms: "the photographs under Flickr's terms; non-commercial research and education",
      url: 'https://hockenmaier.cs.illinois.edu/8k-pictures.html',
    },
    citation: 'Hodosh, Young, Hockenmaier: Framing Image Description as a Ranking Task. JAIR 47, 2013',
    files: [],
    howTo:
      'Its authors give it to those who fill in a form: https://forms.illinois.edu/sec/1713398. They then send the ' +
      'addresses of Flickr8k_Dataset.zip and Flickr8k_text.zip. Unpack both into one folder and give xclr the file ' +
      'Flickr8k.token.txt. Copies elsewhere are not authorized by the authors, so none is listed here.',
    open: 'Flickr8k.token.txt',
  },
  {
    name: 'flickr30k',
    title: 'Flickr30k',
    about: 'people and animals doing things, five captions each',
    images: 31_783,
    license: {
      terms: "the photographs under Flickr's terms; non-commercial research and education",
      url: 'https://shannon.cs.illinois.edu/DenotationGraph/',
    },
    citation: 'Young, Lai, Hodosh, Hockenmaier: From image descriptions to visual denotations. TACL 2, 2014',
    files: [],
    howTo:
      'Its authors give it to those who fill in the form on https://shannon.cs.illinois.edu/DenotationGraph/. Unpack ' +
      'the images and the captions into one folder and give xclr the file results_20130124.token.',
    open: 'results_20130124.token',
  },
];
