// SPDX-License-Identifier: Apache-2.0
/** What is in a table of one Spring Boot application travels to a table of another, a Lightning peer; a row is deleted when the other side has it. */
@NullMarked
package io.github.camellightning.examples.springboot;

import org.jspecify.annotations.NullMarked;
