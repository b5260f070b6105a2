// The layers of the code, from the bottom to the top: a file imports from its own layer and from those above it in this
// list, never from one below. scripts/check-imports.mjs holds every file to it.
export const layers = [
  // Files and folders that a crash cannot damage; plain Node.
  { name: 'torch: files', files: /^packages\/torch\/src\/files\// },
  // Finding LibTorch, and building or choosing the addon that binds it.
  { name: 'torch: setup', files: /^packages\/torch\/src\/setup\// },
  // LibTorch for Node: it knows no images and no models.
  { name: 'torch: tensors', files: /^packages\/torch\/src\/[^/]+\.ts$/, but: /\/index\.ts$/ },
  // Several processes that train together.
  { name: 'torch: distributed', files: /^packages\/torch\/src\/distributed\// },
  // Weights in safetensors files.
  { name: 'torch: io', files: /^packages\/torch\/src\/io\// },
  // Modules with parameters.
  { name: 'torch: nn', files: /^packages\/torch\/src\/nn\// },
  // Optimizers and schedules of those parameters.
  { name: 'torch: optim', files: /^packages\/torch\/src\/optim\// },
  // What @xclr/torch exports; the product imports it by the package's name.
  { name: 'torch: index', files: /^packages\/torch\/src\/index\.ts$/ },

  // The browser's page: it runs without Node, and imports nothing of the rest.
  { name: 'web', files: /^packages\/xclr\/web\//, alone: true },
  // Errors, files, randomness, progress: they know nothing of the product.
  { name: 'util', files: /^packages\/xclr\/src\/util\// },
  // Pure functions of tensors.
  { name: 'losses', files: /^packages\/xclr\/src\/losses\// },
  // Encoders, projector, text tower, weights.
  { name: 'models', files: /^packages\/xclr\/src\/models\// },
  // Sources, decoding, augmentation, loader.
  { name: 'data', files: /^packages\/xclr\/src\/data\// },
  // Similarity graphs and the text encoders behind them.
  { name: 'graph', files: /^packages\/xclr\/src\/graph\// },
  // The loop, settings, checkpoints, run folder.
  { name: 'train', files: /^packages\/xclr\/src\/train\// },
  // kNN, probes, retrieval, alignment of a run's features.
  { name: 'evaluate', files: /^packages\/xclr\/src\/evaluate\// },
  // Charts and pages of what was measured.
  { name: 'report', files: /^packages\/xclr\/src\/report\// },
  // Faults in captions.
  { name: 'audit', files: /^packages\/xclr\/src\/audit\// },
  // Looking at graphs: inspection, comparison, calibration.
  { name: 'graph-tools', files: /^packages\/xclr\/src\/graph-tools\// },
  // Looking at data: inspection, verification, views.
  { name: 'inspect', files: /^packages\/xclr\/src\/inspect\// },
  // Settings proposed for data.
  { name: 'init', files: /^packages\/xclr\/src\/init\// },
  // Export, distillation, embedding, search, server, browser.
  { name: 'deploy', files: /^packages\/xclr\/src\/deploy\// },
  // Methods side by side: one table, one page.
  { name: 'compare', files: /^packages\/xclr\/src\/compare\// },
  // The server of the studio: it reads what all others write.
  { name: 'studio', files: /^packages\/xclr\/src\/studio\// },
  // What the package xclr exports, at its root and under its subpaths.
  { name: 'api', files: /^packages\/xclr\/src\/(index\.ts$|api\/)/ },
  // One file a command: parses, calls the library, prints.
  { name: 'cli', files: /^packages\/xclr\/src\/cli\// },
  // The studio's page: of the rest it takes types, and what draws and names things in a browser too.
  { name: 'studio page', files: /^apps\/studio\/src\// },
];
