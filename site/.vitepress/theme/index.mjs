// VitePress' theme with the system's fonts and the colors of xclr's own pages, and the explorable as a component.
import theme from 'vitepress/theme-without-fonts';
import Explorable from './Explorable.vue';
import './colors.css';

export default { extends: theme, enhanceApp: ({ app }) => app.component('Explorable', Explorable) };
