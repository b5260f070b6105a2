// Four of the pages that commands write, with long captions, in Chromium: readable on a phone and without serious faults of
// accessibility. They are quick to make and look at, and between them have most of the parts that pages are made of; every page
// at every width: pages.slow.test.ts. payload.test.ts opens every page.
import { testPages } from './test-pages.js';

testPages('long', ['eval', 'graph-audit', 'search-gallery', 'serve'], { widths: [390], accessibility: true });
