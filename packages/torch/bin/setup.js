#!/usr/bin/env node
// The `xclr-torch-setup` command. Not compiled, so that npm can link it before anything is built.
import '../dist/setup/main.js';
