// Where the page begins.
import { render } from 'preact';
import { App } from './app.js';
import './studio.css';

render(<App />, document.getElementById('studio')!);
