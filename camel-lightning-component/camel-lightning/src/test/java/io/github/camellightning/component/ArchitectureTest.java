// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.github.camellightning.component", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_COMPONENT_KNOWS_THE_SEAM_AND_NO_KIND_OF_NODE_BUT_THE_ONE_IT_MAKES = noClasses()
            .that()
            .doNotHaveSimpleName("DescribedNode")
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.camellightning.node.*..")
                    // which are written against the seam, for any kind of node
                    .and(not(resideInAPackage("io.github.camellightning.node.delivery")))
                    .and(not(resideInAPackage("io.github.camellightning.node.peerrpc")))
                    // which knows of no node at all
                    .and(not(resideInAPackage("io.github.camellightning.node.wire"))));

    @ArchTest
    static final ArchRule WHAT_AN_APPLICATION_MAY_LACK_ONE_CLASS_KNOWS_EACH = noClasses()
            .that()
            .doNotHaveSimpleName("MicrometerMeters")
            .and()
            .doNotHaveSimpleName("LightningSpanDecorator")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "org.apache.camel.telemetry..");

    @ArchTest
    static final ArchRule THE_COMPONENT_KNOWS_CAMEL_THE_SEAM_AND_LITTLE_ELSE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.camellightning.component",
                    "io.github.camellightning.component.dsl",
                    "io.github.camellightning.node",
                    "io.github.camellightning.node.cln",
                    "io.github.camellightning.node.delivery",
                    "io.github.camellightning.node.peerrpc",
                    "io.github.camellightning.node.wire",
                    "com.fasterxml.jackson.databind..",
                    "io.micrometer.core.instrument..",
                    "org.apache.camel..",
                    "org.slf4j",
                    "org.jspecify.annotations",
                    "java..",
                    "javax.annotation.processing",
                    "javax.management..");
}
