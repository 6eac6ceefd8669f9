// SPDX-License-Identifier: Apache-2.0
/** JSON-RPC as Core Lightning speaks it, whatever carries it: how a request is written, and how a reply of any size is read as it comes; and JSON of strangers. */
@NullMarked
package io.github.camellightning.node.jsonrpc;

import org.jspecify.annotations.NullMarked;
