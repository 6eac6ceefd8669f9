// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.github.camellightning.testkit.onion",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ONIONS_ARE_BYTES_AND_KNOW_OF_NO_NODE = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.camellightning.testkit.onion",
                    "io.github.camellightning.node.wire",
                    "org.bouncycastle..",
                    "org.jspecify.annotations",
                    "java..",
                    "javax.crypto..");
}
