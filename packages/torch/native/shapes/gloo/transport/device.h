// Stands for Gloo's header of this name; see shapes.h.
#pragma once

#include <gloo/shapes.h>
