// Every page that a command writes, with short and with long captions, in Chromium at three widths; keeps an image of each with
// XCLR_SCREENSHOTS=FOLDER. The accessibility is looked at with long captions: short ones are in the same elements.
import { pageNames } from './make-pages.js';
import { testPages } from './test-pages.js';

const widths = [1920, 1280, 390];
testPages('short', pageNames, { widths, accessibility: false });
testPages('long', pageNames, { widths, accessibility: true });
