// Sets of photographs with a class each.

import type { PublicSet } from '../types.js';
import { md5, sha256 } from './checksums.js';

const imagenette = (size: string, label: string, bytes: number, hex: string): PublicSet => ({
  name: `imagenette${size}`,
  title: `Imagenette (${label})`,
  about: `ten easily distinguished classes of ImageNet, ${label}`,
  images: 13_394,
  license: {
    terms:
      "Apache-2.0 for the selection; the photographs under ImageNet's terms: non-commercial research and education",
    url: 'https://github.com/fastai/imagenette',
  },
  citation: 'Howard: Imagenette. github.com/fastai/imagenette, 2019',
  files: [
    {
      url: `https://s3.amazonaws.com/fast-ai-imageclas/imagenette2${size}.tgz`,
      bytes,
      checksum: sha256(hex),
      unpack: 'tar',
    },
  ],
  open: `imagenette2${size}`,
});

export const photographSets: readonly PublicSet[] = [
  imagenette(
    '-160',
    'shorter side 160 px',
    98_948_031,
    '88daccb09b6fce93f45e6c09ddeb269cce705549e6bff322092a2a5a11489863',
  ),
  imagenette(
    '-320',
    'shorter side 320 px',
    341_553_947,
    '5020a9130cea0348272823cb12d2db7e981c6f2afa3dce71ccd5b8013005c55e',
  ),
  imagenette(
    '',
    'full size',
    1_556_914_727,
    'de32de18a7d8df0114d5e2c3c14cafb9558e8f00441a73aa7953681ad02be49c',
  ),
  {
    name: 'oxford-iiit-pet',
    title: 'Oxford-IIIT Pet',
    about: 'twenty-five breeds of dogs and twelve of cats',
    images: 7349,
    license: { terms: 'CC BY-SA 4.0', url: 'https://www.robots.ox.ac.uk/~vgg/data/pets/' },
    citation: 'Parkhi, Vedaldi, Zisserman, Jawahar: Cats and Dogs. CVPR 2012',
    files: [
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz',
        bytes: 791_918_971,
        checksum: sha256('67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d'),
        unpack: 'tar',
      },
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz',
        bytes: 19_173_078,
        checksum: sha256('52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91'),
        unpack: 'tar',
      },
    ],
    open: '.',
    note: "The breed stands in each file's name (images/Abyssinian_1.jpg); make a table of file and breed to train on it.",
  },
  {
    name: 'food101',
    title: 'Food-101',
    about: 'a hundred and one dishes, 1,000 photographs each',
    images: 101_000,
    license: {
      terms:
        'photographs from Foodspotting; use beyond scientific fair use must be negotiated with their owners',
      url: 'https://data.vision.ee.ethz.ch/cvl/datasets_extra/food-101/',
    },
    citation: 'Bossard, Guillaumin, Van Gool: Food-101. ECCV 2014',
    files: [
      {
        url: 'http://data.vision.ee.ethz.ch/cvl/food-101.tar.gz',
        bytes: 4_996_278_331,
        checksum: sha256('d97d15e438b7f4498f96086a4f7e2fa42a32f2712e87d3295441b2b6314053a4'),
        unpack: 'tar',
      },
    ],
    open: 'food-101/images',
    note: 'meta/train.txt and meta/test.txt name the official split.',
  },
  {
    name: 'caltech101',
    title: 'Caltech 101',
    about: 'a hundred and one kinds of objects, 40 to 800 photographs each',
    images: 9144,
    license: { terms: 'CC BY 4.0', url: 'https://data.caltech.edu/records/mzrjq-6wc02' },
    citation:
      'Fei-Fei, Fergus, Perona: Learning generative visual models from few training examples. CVPR workshop 2004',
    files: [
      {
        url: 'https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip',
        bytes: null,
        checksum: md5('3138e1922a9193bfa496528edbbc45d0'),
        unpack: 'zip',
        inner: { path: 'caltech-101/101_ObjectCategories.tar.gz', unpack: 'tar' },
      },
    ],
    open: 'caltech-101/101_ObjectCategories',
    note: 'BACKGROUND_Google is not a class of objects: leave that folder out.',
  },
  {
    name: 'dtd',
    title: 'Describable Textures',
    about: 'forty-seven textures named by an adjective',
    images: 5640,
    license: { terms: 'for research purposes', url: 'https://www.robots.ox.ac.uk/~vgg/data/dtd/' },
    citation: 'Cimpoi, Maji, Kokkinos, Mohamed, Vedaldi: Describing Textures in the Wild. CVPR 2014',
    files: [
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz',
        bytes: 625_239_812,
        checksum: sha256('e42855a52a4950a3b59612834602aa253914755c95b0cff9ead6d07395f8e205'),
        unpack: 'tar',
      },
    ],
    open: 'dtd/images',
  },
  {
    name: 'flowers102',
    title: 'Oxford 102 Flowers',
    about: 'a hundred and two kinds of flowers',
    images: 8189,
    license: {
      terms: 'none stated; for research',
      url: 'https://www.robots.ox.ac.uk/~vgg/data/flowers/102/',
    },
    citation:
      'Nilsback, Zisserman: Automated flower classification over a large number of classes. ICVGIP 2008',
    files: [
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/flowers/102/102flowers.tgz',
        bytes: 344_862_509,
        checksum: sha256('2d01ecc807db462958cfe3d92f57a8c252b4abd240eb955770201e45f783b246'),
        unpack: 'tar',
      },
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/flowers/102/imagelabels.mat',
        bytes: 502,
        checksum: sha256('4903e94206bac23bf772aadf06451916df56b58fc483a62db32a97b82656651d'),
        unpack: 'none',
      },
      {
        url: 'https://www.robots.ox.ac.uk/~vgg/data/flowers/102/setid.mat',
        bytes: 14_989,
        checksum: sha256('46b8678f91fd95d3c8f4feab80d271a6c834a1dd896fe29fd3e6ad9ce5c8dccd'),
        unpack: 'none',
      },
    ],
    open: '.',
    note: 'Labels and splits are MATLAB files, which xclr does not read: make a table of file and class.',
  },
];
