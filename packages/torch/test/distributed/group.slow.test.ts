// What group.test.ts shows with two processes, with four.
import { describeGroup } from './group-cases.js';

describeGroup(4);
