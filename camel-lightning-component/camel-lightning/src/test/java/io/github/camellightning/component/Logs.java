// SPDX-License-Identifier: Apache-2.0
package io.github.camellightning.component;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged while this is open, at any level. */
final class Logs implements AutoCloseable {

    private final Logger logger;
    private final Level before;
    private final boolean additive;
    private final List<Appender<ILoggingEvent>> silenced = new ArrayList<>();
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };

    Logs(Class<?> of) {
        this(of.getName());
    }

    Logs(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        additive = logger.isAdditive();
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        logger.iteratorForAppenders().forEachRemaining(silenced::add);
        silenced.forEach(logger::detachAppender);
        appender.start();
        logger.addAppender(appender);
    }

    List<ILoggingEvent> events() {
        return events;
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        silenced.forEach(logger::addAppender);
        logger.setLevel(before);
        logger.setAdditive(additive);
    }
}
