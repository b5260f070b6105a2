// The augmentation recipe that the settings name, with their changes on top.
import { type Recipe, type RecipeName, recipes } from '../data/augment/index.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import type { TrainConfig } from './config.js';

type Json = TrainConfig['views']['overrides'][string];

/** @throws {UserError} for an unknown recipe or parameter, with the nearest name */
export function viewRecipe({ recipe, overrides, size }: TrainConfig['views']): Recipe {
  if (!Object.hasOwn(recipes, recipe)) throw unknown('views.recipe', recipe, Object.keys(recipes));
  return changed(recipes[recipe as RecipeName](size), overrides, 'views.overrides');
}

/** Replaces what `changes` names, section by section; a section that is off (null) can be given whole. */
function changed<T extends object>(base: T, changes: Readonly<Record<string, Json>>, where: string): T {
  const result = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(changes)) {
    if (!Object.hasOwn(base, key)) throw unknown(where, key, Object.keys(base));
    const before = result[key];
    result[key] =
      isSection(before) && isSection(value)
        ? changed(before, value as Record<string, Json>, `${where}.${key}`)
        : value;
  }
  return result as T;
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknown(where: string, name: string, known: readonly string[]): UserError {
  const near = nearestName(name, known);
  return new UserError(
    `${where}: expected one of ${known.join(', ')}, got '${name}'`,
    near === undefined ? 'docs/training.md explains the recipes' : `did you mean ${near}?`,
  );
}
