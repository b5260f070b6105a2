// A page of pictures beside their views, and of what the recipe does, in words.
import type { Recipe } from '../data/index.js';
import { renderContactSheet } from '../report/contact-sheet.js';
import { html, type Markup } from '../report/html.js';
import type { PictureStore } from '../report/picture-store.js';
import type { Section } from '../report/sections/section.js';
import { evaluationText, recipeStages, type Stage } from './describe-recipe.js';
import type { ViewedPicture } from './view-pictures.js';

export interface ViewsPage {
  readonly name: string;
  /** As given: for the commands at the end. */
  readonly path: string;
  readonly recipeName: string;
  readonly recipe: Recipe;
  readonly size: number;
  readonly pictures: readonly ViewedPicture[];
  readonly created: Date;
}

function row(store: PictureStore, { original, caption, id, views, evaluation }: ViewedPicture): Markup {
  const said = (text: string) => html`<span aria-hidden="true">${text}</span>`;
  return html`<div class="row"><figure class="original">${store.image(original)}<figcaption><b>${caption}</b>${id}</figcaption></figure>
<ul class="strip-of-views">${views.map(
    (view, i) => html`<li>${store.image(view)}${said(`view ${i + 1}`)}</li>`,
  )}<li>${store.image(evaluation)}${said('evaluation')}</li></ul></div>`;
}

function stage({ title, on, text, change }: Stage): Markup {
  return html`<li class="card${!on && ' off'}"><h3>${title}${!on && ' (off)'}</h3><p>${text}</p><p class="small">${change}</p></li>`;
}

function pictureSection(store: PictureStore, page: ViewsPage): Section {
  return {
    id: 'views',
    title: 'Pictures and their views',
    body: html`<p>Training sees two views of each picture and learns that they belong together. Can you still tell what each view shows? If not, neither can the encoder: weaken the recipe. If all views of a picture look the same, there is little to learn: strengthen it.</p>
<p class="small">${evaluationText(page.recipe)} Views are ${page.size} × ${page.size} pixels; the first two of each picture are those that training with the same seed makes in its first epoch.</p>
<div class="views">${page.pictures.map((picture) => row(store, picture))}</div>`,
  };
}

function recipeSection({ recipe, recipeName }: ViewsPage): Section {
  return {
    id: 'recipe',
    title: `What the recipe “${recipeName}” does`,
    body: html`<p>In this order, with random numbers that follow from the seed, the epoch, the picture and the view.</p><ol class="stages">${recipeStages(recipe).map(stage)}</ol>`,
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
    lead: `Pictures beside their views under the recipe “${page.recipeName}”, and what each stage of it does.`,
    created: page.created,
    sections: (store) => [pictureSection(store, page), recipeSection(page), next(page)],
  });
}
