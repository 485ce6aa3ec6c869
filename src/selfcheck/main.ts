/** The page that lets anybody see what their own browser holds Palate to. */
// Before all other code, so that none of it can keep what this takes away.
import '../prelude.ts';
import { mount } from 'svelte';
import '../ui/common/fonts.css';
import '../ui/common/tokens.css';
import '../ui/common/base.css';
import '../ui/common/controls.css';
import SelfCheck from './SelfCheck.svelte';

mount(SelfCheck, { target: document.getElementById('app')! });
