#!/usr/bin/env node
// The `xclr` command. Not compiled, so that npm can link it before anything is built.
import '../dist/cli/launch.js';
