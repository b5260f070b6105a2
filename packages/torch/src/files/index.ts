// `@xclr/torch/files`: files and folders that a crash cannot damage. Plain Node: nothing native is loaded.
export { asideOf, asidesOf, clearAsides } from './aside.js';
export {
  type AtomicOptions,
  replaceFile,
  replaceFileAsync,
  writeFileAtomic,
  writePiecesAtomic,
} from './atomic-file.js';
export {
  type FolderOptions,
  previousOf,
  replaceFolder,
  replaceFolderAsync,
  swapFolder,
} from './atomic-folder.js';
export { makeFolder } from './make-folder.js';
export { hasEnded, type ProcessIdentity, thisProcess } from './process-identity.js';
export { syncFile, syncFolder } from './sync.js';
