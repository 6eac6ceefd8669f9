// SPDX-License-Identifier: Apache-2.0
/** The component in Spring Boot: its options, its data format and its nodes in the application's properties. */
@NullMarked
package io.github.camellightning.component.springboot;

import org.jspecify.annotations.NullMarked;
