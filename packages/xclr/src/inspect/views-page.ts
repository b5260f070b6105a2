// A page of images beside their views, and of what the recipe does, in words.
import type { Recipe } from '../data/index.js';
import { renderContactSheet } from '../report/contact-sheet.js';
import { html, type Markup } from '../report/html.js';
import type { ImageStore } from '../report/image-store.js';
import { longText } from '../report/long-text.js';
import type { Section } from '../report/sections/section.js';
import { evaluationText, recipeStages, type Stage } from './describe-recipe.js';
import type { ViewedImage } from './view-images.js';

/** What the page of views shows. */
export interface ViewsPage {
  readonly name: string;
  /** As given: for the commands at the end. */
  readonly path: string;
  readonly recipeName: string;
  readonly recipe: Recipe;
  readonly size: number;
  readonly images: readonly ViewedImage[];
  readonly created: Date;
}

function row(store: ImageStore, { original, caption, id, views, evaluation }: ViewedImage): Markup {
  return html`<div class="row"><figure class="original">${store.plain(original)}<figcaption><div>${longText(caption, 84)}</div><div>${longText(id, 60)}</div></figcaption></figure>
<ul class="strip-of-views">${views.map(
    (view, i) => html`<li>${store.plain(view)}<span>view ${i + 1}</span></li>`,
  )}<li>${store.plain(evaluation)}<span>evaluation</span></li></ul></div>`;
}

function stage({ title, on, text, change }: Stage): Markup {
  return html`<li class="card${!on && ' off'}"><h3>${title}${!on && ' (off)'}</h3><p>${text}</p><p class="small">${change}</p></li>`;
}

function imageSection(store: ImageStore, page: ViewsPage): Section {
  return {
    id: 'views',
    title: 'Images and their views',
    body: html`<p>Training sees two random views of each image and learns that they belong together. If you cannot tell what a view shows, the encoder cannot either, and a weaker recipe is better. If all views of an image look the same, there is little to learn, and a stronger recipe is better.</p>
<p class="small">${evaluationText(page.recipe)} Views are ${page.size} × ${page.size} pixels; the first two of each image are those that training with the same seed makes in its first epoch.</p>
<div class="views">${page.images.map((image) => row(store, image))}</div>`,
  };
}

function recipeSection({ recipe, recipeName }: ViewsPage): Section {
  return {
    id: 'recipe',
    title: `What the recipe “${recipeName}” does`,
    body: html`<p>The stages run in this order. Their random numbers are determined by the seed, the epoch, the image and the view, so that a resumed run sees the same views.</p><ol class="stages">${recipeStages(recipe).map(stage)}</ol>`,
  };
}

function next({ path, recipeName, size }: ViewsPage): Section {
  return {
    id: 'next',
    title: 'What to do next',
    body: html`<pre class="commands">xclr data views ${path} --recipe light --size ${size}     # compare another recipe
xclr train --data ${path} --recipe ${recipeName} --size ${size}</pre>`,
  };
}

/** The page as one HTML text. */
export function viewsPage(page: ViewsPage): string {
  return renderContactSheet({
    kicker: 'xclr data views',
    title: `${page.name}: what training sees`,
    lead: `Images beside their views under the recipe “${page.recipeName}”, and what each stage of it does.`,
    created: page.created,
    sections: (store) => [imageSection(store, page), recipeSection(page), next(page)],
  });
}
