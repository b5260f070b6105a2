// Sets of small images: good for a first try, minutes on a laptop.

import type { PublicSet, RemoteFile } from '../types.js';
import { md5, sha256 } from './checksums.js';

const idx = (base: string, name: string, bytes: number, hex: string): RemoteFile => ({
  url: `${base}/${name}.gz`,
  bytes,
  checksum: sha256(hex),
  unpack: 'gzip',
});

const mnistAt = 'https://storage.googleapis.com/cvdf-datasets/mnist';
const fashionAt = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com';

export const smallImageSets: readonly PublicSet[] = [
  {
    name: 'cifar10',
    title: 'CIFAR-10',
    about: 'ten kinds of animals and vehicles, 32×32 pixels',
    images: 60_000,
    license: {
      terms: 'none stated; free for research by custom',
      url: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    },
    citation: 'Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, 2009',
    files: [
      {
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        checksum: sha256('c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd'),
        unpack: 'tar',
      },
    ],
    open: 'cifar-10-batches-bin',
  },
  {
    name: 'cifar100',
    title: 'CIFAR-100',
    about: 'a hundred classes in twenty groups, 32×32 pixels',
    images: 60_000,
    license: {
      terms: 'none stated; free for research by custom',
      url: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    },
    citation: 'Krizhevsky: Learning Multiple Layers of Features from Tiny Images. Technical report, 2009',
    files: [
      {
        url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        checksum: sha256('58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec'),
        unpack: 'tar',
      },
    ],
    open: 'cifar-100-binary',
  },
  {
    name: 'mnist',
    title: 'MNIST',
    about: 'handwritten digits, 28×28 pixels, gray',
    images: 70_000,
    license: { terms: 'CC BY-SA 3.0, as Keras documents it', url: 'https://keras.io/api/datasets/mnist/' },
    citation:
      'LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. Proc. IEEE, 1998',
    files: [
      idx(
        mnistAt,
        'train-images-idx3-ubyte',
        9_912_422,
        '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      ),
      idx(
        mnistAt,
        'train-labels-idx1-ubyte',
        28_881,
        '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      ),
      idx(
        mnistAt,
        't10k-images-idx3-ubyte',
        1_648_877,
        '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      ),
      idx(
        mnistAt,
        't10k-labels-idx1-ubyte',
        4542,
        'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      ),
    ],
    open: '.',
    note: "The address is the one TensorFlow serves; the authors' own page no longer does.",
  },
  {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    about: 'ten kinds of clothing, 28×28 pixels, gray',
    images: 70_000,
    license: { terms: 'MIT', url: 'https://github.com/zalandoresearch/fashion-mnist' },
    citation: 'Xiao, Rasul, Vollgraf: Fashion-MNIST. arXiv 1708.07747, 2017',
    files: [
      idx(
        fashionAt,
        'train-images-idx3-ubyte',
        26_421_880,
        '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      ),
      idx(
        fashionAt,
        'train-labels-idx1-ubyte',
        29_515,
        'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      ),
      idx(
        fashionAt,
        't10k-images-idx3-ubyte',
        4_422_102,
        '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      ),
      idx(
        fashionAt,
        't10k-labels-idx1-ubyte',
        5148,
        '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      ),
    ],
    open: '.',
  },
  {
    name: 'tiny-imagenet',
    title: 'Tiny ImageNet',
    about: 'two hundred classes of ImageNet, 64×64 pixels',
    images: 110_000,
    license: {
      terms: "ImageNet's terms: non-commercial research and education only",
      url: 'https://www.image-net.org/download',
    },
    citation: 'Le, Yang: Tiny ImageNet Visual Recognition Challenge. Stanford CS 231N, 2015',
    files: [
      { url: 'http://cs231n.stanford.edu/tiny-imagenet-200.zip', bytes: null, checksum: null, unpack: 'zip' },
    ],
    open: 'tiny-imagenet-200',
    note: 'About 250 MB. Its authors publish no checksum.',
  },
  {
    name: 'eurosat',
    title: 'EuroSAT (RGB)',
    about: 'ten kinds of land use seen by Sentinel-2, 64×64 pixels',
    images: 27_000,
    license: { terms: 'MIT', url: 'https://github.com/phelber/eurosat' },
    citation: 'Helber, Bischke, Dengel, Borth: EuroSAT. IEEE JSTARS, 2019',
    files: [
      {
        url: 'https://madm.dfki.de/files/sentinel/EuroSAT.zip',
        bytes: 94_280_567,
        checksum: md5('c8fa014336c82ac7804f0398fcb19387'),
        unpack: 'zip',
      },
    ],
    open: '2750',
  },
  {
    name: 'stl10',
    title: 'STL-10',
    about: 'ten classes and 100,000 images without labels, 96×96 pixels',
    images: 113_000,
    license: {
      terms: "ImageNet's terms: non-commercial research and education only",
      url: 'https://cs.stanford.edu/~acoates/stl10/',
    },
    citation:
      'Coates, Lee, Ng: An Analysis of Single-Layer Networks in Unsupervised Feature Learning. AISTATS 2011',
    files: [
      {
        url: 'http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz',
        bytes: 2_640_397_119,
        checksum: sha256('f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866'),
        unpack: 'tar',
      },
    ],
    open: 'stl10_binary',
    note: 'Its own binary form (column by column), which xclr cannot read yet.',
  },
  {
    name: 'gtsrb',
    title: 'German Traffic Sign Recognition Benchmark (first training part)',
    about: 'forty-three kinds of traffic signs, 30 frames of each sign, 25 to 240 pixels',
    images: 26_640,
    license: { terms: 'none stated; published for research', url: 'https://benchmark.ini.rub.de/' },
    citation:
      'Stallkamp, Schlipsing, Salmen, Igel: Man vs. computer: Benchmarking machine learning algorithms for traffic sign recognition. Neural Networks 32, 2012',
    files: [
      {
        url: 'https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370/GTSRB-Training_fixed.zip',
        bytes: 187_490_228,
        checksum: md5('513f3c79a4c5141765e10e952eaa2478'),
        unpack: 'zip',
      },
    ],
    open: 'GTSRB/Training',
    note: 'Folders have numbers for names, and the 30 frames of a track show one sign: examples/driving/prepare.mjs names the classes and splits by track.',
  },
];
