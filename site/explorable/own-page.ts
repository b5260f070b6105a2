// The explorable as a page of its own.
import { mountExplorable, type Vocabulary } from './explorable.js';
import vocabulary from './similarities.json' with { type: 'json' };

const host = document.getElementById('explorable');
if (host !== null) mountExplorable(host, vocabulary as Vocabulary);
