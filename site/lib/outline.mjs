// The order of the site: sections with their pages, for the sidebar, llms.txt and the check that no page is left out.

/** Paths are those of the staged pages, without `.md`. */
export const outline = [
  {
    title: 'Start',
    pages: [
      ['start/see-it', 'See it'],
      ['start/try-it', 'Try it'],
      ['start/your-images', 'Your own images'],
      ['start/is-it-any-good', 'Is it any good?'],
      ['start/ship-it', 'Ship it'],
    ],
  },
  {
    title: 'How-to',
    pages: [
      ['data', 'Read and check data'],
      ['augmentation', 'Choose an augmentation'],
      ['graphs', 'Build a similarity graph'],
      ['text-encoders', 'Choose a text encoder'],
      ['training', 'Train'],
      ['weights', 'Start from weights'],
      ['gpu', 'Train on a GPU'],
      ['scale', 'Train with several processes'],
      ['evaluation', 'Evaluate'],
      ['comparison', 'Compare methods'],
      ['deployment', 'Deploy'],
      ['search', 'Search'],
    ],
  },
  {
    title: 'Reference',
    pages: [
      ['api', 'Library'],
      ['torch', '@xclr/torch'],
      ['glossary', 'Glossary'],
      ['platforms', 'Platforms'],
      ['releasing', 'Releases'],
      ['dependencies', 'Dependencies'],
      ['contributing', 'Contributing'],
    ],
  },
  {
    title: 'Explanations',
    pages: [
      ['methods', 'Losses and targets'],
      ['statistics', 'Statistics'],
      ['reliability', 'Reliability'],
    ],
  },
  {
    title: 'Results',
    pages: [
      ['results/index', 'All results'],
      ['results/quickstart/index', 'Quick start'],
      ['results/photos/index', 'Photographs'],
      ['results/fashion/index', 'Products'],
      ['results/gpu/index', 'On a GPU'],
      ['results/checks', 'Checks beside the tests'],
      ['benchmarks', 'Benchmarks'],
    ],
  },
];
