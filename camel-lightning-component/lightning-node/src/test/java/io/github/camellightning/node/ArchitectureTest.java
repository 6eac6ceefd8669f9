// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom in lightning-node. */
@AnalyzeClasses(packages = "io.github.camellightning.node", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String NODE = "io.github.camellightning.node";

    /** Packages that are yet to come may be empty; each rule for them holds from their first class on. */
    @ArchTest
    static final ArchRule eachPackageKnowsOnlyThoseBelowIt = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage(NODE + "..")
            .withOptionalLayers(true)
            .layer("seam")
            .definedBy(NODE)
            .layer("jsonrpc")
            .definedBy(NODE + ".jsonrpc..")
            .layer("wire")
            .definedBy(NODE + ".wire..")
            .layer("noise")
            .definedBy(NODE + ".noise..")
            .layer("rune")
            .definedBy(NODE + ".rune..")
            .layer("commando")
            .definedBy(NODE + ".commando..")
            .layer("delivery")
            .definedBy(NODE + ".delivery..")
            .layer("peerrpc")
            .definedBy(NODE + ".peerrpc..")
            .layer("peer")
            .definedBy(NODE + ".peer..")
            .layer("cln")
            .definedBy(NODE + ".cln..")
            .ensureAllClassesAreContainedInArchitecture()
            .whereLayer("seam")
            .mayNotAccessAnyLayer()
            .whereLayer("jsonrpc")
            .mayOnlyAccessLayers("seam")
            .whereLayer("wire")
            .mayOnlyAccessLayers("seam")
            .whereLayer("noise")
            .mayOnlyAccessLayers("seam")
            .whereLayer("rune")
            .mayOnlyAccessLayers("seam", "wire")
            .whereLayer("commando")
            .mayOnlyAccessLayers("seam", "jsonrpc", "rune")
            .whereLayer("delivery")
            .mayOnlyAccessLayers("seam", "wire")
            .whereLayer("peerrpc")
            .mayOnlyAccessLayers("seam", "jsonrpc")
            .whereLayer("peer")
            .mayOnlyAccessLayers("seam", "wire", "noise", "commando", "rune")
            .whereLayer("cln")
            .mayOnlyAccessLayers("seam", "jsonrpc", "wire", "commando");

    @ArchTest
    static final ArchRule noPackagesKnowEachOther =
            slices().matching("io.github.camellightning.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nettyIsAConcernOfThePeerAlone = noClasses()
            .that()
            .resideOutsideOfPackage(NODE + ".peer..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule camelIsUnknownHere =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule whatIsToldGoesToSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    /** Only what keeps the standard output for lightningd, whose plugin this process then is, may touch it. */
    @ArchTest
    static final ArchRule nothingIsPrinted = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(NODE + ".cln.plugin.Stdio")
            .should(ACCESS_STANDARD_STREAMS);
}
