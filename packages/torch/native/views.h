// Where the operator of views.cpp puts its result.
#pragma once

namespace xclr {

/** Whether views that this thread makes lie in pinned memory: written there at once, and from there copied to a GPU behind its back. */
extern thread_local bool viewsArePinned;

}  // namespace xclr
