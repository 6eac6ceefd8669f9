// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.docs;

import org.apache.camel.builder.RouteBuilder;

/** What the Java of a page is put into. */
public abstract class PageRoutes extends RouteBuilder {}
